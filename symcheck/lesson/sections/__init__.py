"""What each section of the lesson shows, as data that the package computes."""
