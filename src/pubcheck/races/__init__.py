"""What the race detector printed, as findings: which rule a race belongs to, where, and with what is known without it.

``log`` reads the text, ``places`` finds its files in the checkout, ``naming`` the rule, and ``diagnostics`` puts it all
together, with the finding of the check where there is one.
"""
