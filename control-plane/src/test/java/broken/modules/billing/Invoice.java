package broken.modules.billing;

import broken.modules.orders.Order;

public record Invoice(Order order) {}
