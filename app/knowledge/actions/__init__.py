"""Every write of knowledge: rules, rows, event; nothing here commits."""
