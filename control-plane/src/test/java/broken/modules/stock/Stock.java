package broken.modules.stock;

import broken.modules.orders.Order;

public record Stock(Order reserved) {}
