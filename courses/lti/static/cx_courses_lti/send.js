// Sends the links to the platform at once; without a script its button does.
document.querySelector("form[data-send]").submit();
