"""What initializers promise: the laws, their names, what libraries mean by them, and the gallery of named ones."""
