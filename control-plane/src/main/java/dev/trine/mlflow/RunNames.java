package dev.trine.mlflow;

import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Names for runs that come without one: an adjective, a noun and a number, such as {@code calm-otter-417}. */
@Component
class RunNames {

    private static final List<String> ADJECTIVES = List.of(
            "agile", "amber", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "cosy", "crisp", "curious",
            "eager", "early", "fair", "fast", "fond", "fresh", "gentle", "glad", "golden", "grand", "happy", "hardy",
            "honest", "keen", "kind", "light", "lively", "loyal", "lucky", "mellow", "merry", "mild", "modest", "neat",
            "nimble", "noble", "patient", "placid", "plucky", "polite", "proud", "quick", "quiet", "rapid", "ready",
            "serene", "sharp", "silent", "silver", "smooth", "snug", "steady", "sunny", "swift", "tidy", "warm",
            "wise");
    private static final List<String> NOUNS = List.of(
            "badger", "beaver", "bison", "bream", "cedar", "comet", "crane", "creek", "delta", "dune", "eagle", "ember",
            "falcon", "fern", "finch", "fjord", "fox", "gecko", "glade", "grove", "hare", "harbor", "hawk", "heron",
            "ibis", "island", "jay", "kestrel", "lake", "lark", "lemur", "lynx", "maple", "marten", "meadow", "moose",
            "moth", "newt", "oak", "orca", "otter", "owl", "panda", "pine", "puffin", "quail", "raven", "reef", "river",
            "robin", "seal", "shrew", "snipe", "sparrow", "stoat", "swan", "tern", "trout", "tulip", "vole", "willow",
            "wren");
    private static final int NUMBERS = 1_000;

    private final RandomGenerator random;

    RunNames(RandomGenerator random) {
        this.random = random;
    }

    String next() {
        return "%s-%s-%d".formatted(one(ADJECTIVES), one(NOUNS), random.nextInt(NUMBERS));
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
