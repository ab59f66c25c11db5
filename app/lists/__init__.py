"""One machine for every list: columns, sorting, paging. What a list holds is the slice's business."""
