"""What every room stands on: money, periods, the clock, errors and figures. Knows no Django."""
