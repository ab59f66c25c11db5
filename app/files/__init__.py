"""Files: taken in parts, kept as blobs, handed out as downloads. What they belong to is the slices' business."""
