"""What words mean, in many languages: of class names, of lines on the page, of labels of related links."""
