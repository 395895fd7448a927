"""Documents with formulas: blocks that know no format, and one writer for each format."""
