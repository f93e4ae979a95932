"""The review bot: brings what stands on a pull request in line with a report.

``finding`` and ``diff`` are what is known, ``conversation`` what stands there, ``plan`` (a pure function, with the
texts of ``comment`` and ``summary``) what is to be done, and ``github`` and ``gitlab`` do it through ``http``. ``bot``
goes round until nothing is left. A pull request is the work of a stranger: nothing of it is executed, nothing outside
of its tree is shown, and nothing in its texts is markup.
"""
