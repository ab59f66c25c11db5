"""The worker's entry: ``huey_consumer app.worker.huey`` runs the jobs of this installation."""

from app import create_app

application = create_app()
huey = application.extensions["queue"]
