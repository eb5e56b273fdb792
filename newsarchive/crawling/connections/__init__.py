"""How connections are opened: to allowed addresses only, with certificates verified, bodies whole."""
