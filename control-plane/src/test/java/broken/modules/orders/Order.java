package broken.modules.orders;

import broken.modules.stock.shelves.Shelf;

public record Order(Shelf from) {}
