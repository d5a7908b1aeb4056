package broken.modules.stock.shelves;

/** Of no concern to other modules: it does not stand in the module's own package. */
public record Shelf(int number) {}
