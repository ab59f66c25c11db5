"""Knowledge: bases, categories, and articles in two languages with every version kept (KB-01 to KB-15)."""
