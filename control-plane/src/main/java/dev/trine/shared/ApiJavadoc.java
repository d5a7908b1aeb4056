package dev.trine.shared;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springdoc.core.providers.SpringDocJavadocProvider;
import org.springframework.stereotype.Component;

/** Our Javadoc as the Markdown that the API's description is written in. */
@Component
class ApiJavadoc extends SpringDocJavadocProvider {

    private static final Pattern CODE = Pattern.compile("</?code>");
    private static final Pattern LINK = Pattern.compile("\\{@link \\S+\\s+([^}]+)}");
    private static final Pattern PARAGRAPH = Pattern.compile("\\s*</?p>\\s*");
    private static final Pattern LINE_END = Pattern.compile("(?<!\n)\n ?(?!\n)");

    @Override
    public String getClassJavadoc(Class<?> type) {
        return markdown(super.getClassJavadoc(type));
    }

    @Override
    public Map<String, String> getRecordClassParamJavadoc(Class<?> type) {
        var members = new TreeMap<>(super.getRecordClassParamJavadoc(type));
        members.replaceAll((name, told) -> markdown(told));
        return members;
    }

    @Override
    public String getMethodJavadocDescription(Method method) {
        return markdown(super.getMethodJavadocDescription(method));
    }

    @Override
    public String getParamJavadoc(Method method, String name) {
        return markdown(super.getParamJavadoc(method, name));
    }

    @Override
    public String getFieldJavadoc(Field field) {
        return markdown(super.getFieldJavadoc(field));
    }

    /** The first sentence, without its full stop. */
    @Override
    public String getFirstSentence(String text) {
        int end = text.indexOf("\n\n");
        String paragraph = end < 0 ? text : text.substring(0, end);
        int stop = paragraph.indexOf(". ");
        String sentence = stop < 0 ? paragraph : paragraph.substring(0, stop);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    static String markdown(@org.jspecify.annotations.Nullable String html) {
        if (html == null) {
            return "";
        }
        String text = PARAGRAPH.matcher(html).replaceAll("\n\n");
        String marked = LINK.matcher(CODE.matcher(text).replaceAll("`")).replaceAll("`$1`");
        return LINE_END.matcher(marked).replaceAll(" ").strip();
    }
}
