"""What comes into the API and what goes out, as marshmallow classes; the OpenAPI document is made of them."""
