FACTOR = 10


def scaled(row):
    return row * FACTOR
