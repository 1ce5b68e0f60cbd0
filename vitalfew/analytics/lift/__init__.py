"""Whether it worked: the lift of treated accounts against matched controls."""
