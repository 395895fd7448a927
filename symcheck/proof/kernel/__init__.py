"""The kernel: terms, rules, the two judges, and what checks a proof; nothing here is extended from outside."""
