SELECT why, other, token FROM closures WHERE id = 1
