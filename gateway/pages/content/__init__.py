"""What the town publishes: news, activities, practical information, polls."""
