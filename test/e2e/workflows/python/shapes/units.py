SQUARE = "m2"
