"""From the bytes of a page to an Article: one module a field, the generic rules, the sandbox that runs them."""
