from . import units


def area(width, height):
    return "%g %s" % (width * height, units.SQUARE)
