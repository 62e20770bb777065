package book;

/** Whose purchase it was, and when: a key of two parts. */
public record PurchaseKey(String customerId, long dateMs) {
}
