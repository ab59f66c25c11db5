"""Every write of announcements: rules, rows, event; nothing here commits."""
