"""Results to tables, figures and pages; nothing is solved here.

Import the module that a command needs (`study_folder`, `mac_folder`): each brings its own
libraries, and a small command should not wait for those of a large one.
"""
