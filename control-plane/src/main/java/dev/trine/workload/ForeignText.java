package dev.trine.workload;

import java.util.stream.IntStream;

/** Text that programs and machines say, made so that it can be kept and shown. */
final class ForeignText {

    private static final int REPLACEMENT = 0xFFFD;

    private ForeignText() {}

    private static boolean isKeepable(int codePoint) {
        return codePoint != 0 && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }

    /** The same with a sign in place of each character that cannot be kept or seen; ends of lines stay. */
    static String keepable(String text) {
        IntStream kept = text.codePoints()
                .map(point -> isKeepable(point) && (!Character.isISOControl(point) || Character.isWhitespace(point))
                        ? point
                        : REPLACEMENT);
        return kept.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** At most so many characters from the beginning, and no half one at the end. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean inCharacter = Character.isHighSurrogate(text.charAt(most - 1));
        return text.substring(0, inCharacter ? most - 1 : most);
    }
}
