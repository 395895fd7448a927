"""The commands, grouped by what they are for; everything heavy is imported inside the command that needs it."""
