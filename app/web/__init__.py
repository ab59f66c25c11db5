"""The web layer every shell and slice shares: transactions, answers, forms, errors, headers."""
