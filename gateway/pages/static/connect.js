// Sends the form of an immediate connection at once; without scripts, its button does.
document.querySelector("form[data-connect]").submit();
