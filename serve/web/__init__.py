"""The web application people work in: pages rendered here, which work without JavaScript and load nothing from outside."""
