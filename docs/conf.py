"""Settings of Sphinx, which makes the pages of `make docs`."""

import importlib.metadata

project = "Errorest"
release = importlib.metadata.version("errorest")
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
# What is not Python says nothing of its language.
highlight_language = "none"
html_theme = "furo"
html_title = f"Errorest {release}"
# A reference that leads nowhere is an error.
nitpicky = True

myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "imported-members": True,
    # What scikit-learn says of all estimators is not said again.
    "inherited-members": "BaseEstimator,ClassifierMixin,CallbackSupportMixin,Mapping",
    "exclude-members": "get_metadata_routing,set_fit_request,set_partial_fit_request,"
    "set_score_request",
    "member-order": "groupwise",
}
autodoc_typehints = "none"
# As the code writes them, for a class or a function prints badly.
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
