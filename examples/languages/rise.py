"""How fast the carbon dioxide of a year is more than that of the year before."""

from statistics import fmean, linear_regression


def yearly(dates, ppm):
    """The mean of each year, by year."""
    years = {}
    for date, value in zip(dates, ppm):
        years.setdefault(date[:4], []).append(value)
    return {year: fmean(values) for year, values in years.items()}


def rise(means):
    """Parts per million and year, over all of them."""
    years = [int(year) for year in means]
    slope, _ = linear_regression(years, list(means.values()))
    return slope
