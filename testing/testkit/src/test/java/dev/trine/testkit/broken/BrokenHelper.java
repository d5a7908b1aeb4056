package dev.trine.testkit.broken;

public final class BrokenHelper {

    private BrokenHelper() {}

    public record RequestData(String text) {}

    public interface QueueManager {}
}
