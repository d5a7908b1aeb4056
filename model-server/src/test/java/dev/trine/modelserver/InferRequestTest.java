package dev.trine.modelserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferRequestTest {

    private static InferRequest parse(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return InferRequest.parse(ByteBuffer.wrap(bytes), bytes.length, Arena.ofAuto());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"inputs\":[X,5]} | inputs[1] must be an object",
                "{\"inputs\":[X,null,X]} | inputs[1] must be an object",
                "{\"inputs\":[X]} {} | something follows the request",
                "{\"inputs\":[X]}] | not JSON",
                "{\"inputs\":[X],\"inputs\":[]} | the request has 'inputs' twice",
                "{\"inputs\":[X,X]} | input 'x' comes twice",
                "{\"inputs\":[X],\"id\":{}} | id must be a string",
                "{\"inputs\":[X],\"outputs\":{}} | outputs must be an array",
                "{\"inputs\":[X],\"outputs\":[{}]} | outputs[0] has no name",
                "{\"inputs\":[X],\"outputs\":[\"y\"]} | outputs[0] must be an object",
                "{\"inputs\":[X],\"parameters\":{\"binary_data_output\":1}} | binary_data_output must be true or false"
            })
    void whatIsNoRequestIsRefusedSayingWhere(String request, String told) {
        String x = "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}";
        assertThatThrownBy(() -> parse(request.replace("X", x)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[],\"data\":[1,2] | has 0 values; the shape needs 2",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[0],\"data\":[],\"data\":[] | inputs[0] has 'data' twice",
                "\"name\":\"x\",\"data\":[1],\"data\":[1],\"datatype\":\"FP32\",\"shape\":[1] | inputs[0] has 'data' twice",
                "\"name\":\"x\",\"shape\":[1],\"shape\":[1] | inputs[0] has 'shape' twice",
                "\"name\":\"x\",\"name\":\"y\" | has 'name' twice",
                "\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1] | inputs[0] has no name",
                "\"name\":5 | the name of inputs[0] must be a string",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1,2,3] | has more than 1 values",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[{}] | is not an array of values",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":1 | the data of input 'x' must be an array",
                "\"name\":\"x\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[128] | 128 is not between -128 and 127",
                "\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[9223372036854775808] | 9223372036854775808 is not between",
                "\"name\":\"x\",\"datatype\":\"BOOL\",\"shape\":[1],\"data\":[2] | 2 is not between 0 and 1",
                "\"name\":\"x\",\"shape\":[99999999999999999999] | [0] must be a whole number",
                "\"name\":\"x\",\"shape\":[1,1,1,1,1,1,1,1,1] | more than 8 dimensions",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":8} | needs 4 bytes",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4} | only 0 bytes are left",
                "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1],\"parameters\":{\"binary_data_size\":4} | has data and binary_data_size"
            })
    void whatIsNoInputIsRefusedSayingWhy(String members, String told) {
        assertThatThrownBy(() -> parse("{\"inputs\":[{" + members + "}]}"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(told);
    }

    @Test
    void aShapeThatTheBodyCannotFillTakesNoMemory() {
        long before = directMemory();
        assertThatThrownBy(() ->
                        parse("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[1048576],\"data\":[]}]}"))
                .hasMessageContaining("has 0 values; the shape needs 1048576");
        assertThat(directMemory() - before).isLessThan(1 << 20);
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void dataBeforeItsTypeTakesNoHeapForItsValues() {
        int count = 500_000;
        String json = "{\"inputs\":[{\"name\":\"x\",\"data\":[%s],\"shape\":[%d],\"datatype\":\"FP32\"}]}"
                .formatted(String.join(",", Collections.nCopies(count, "7")), count);
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        InferRequest request = InferRequest.parse(ByteBuffer.wrap(bytes), bytes.length, Arena.ofAuto());
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(bytes.length);
        assertThat(request.inputs().getFirst().data().getFloat(4 * (count - 1))).isEqualTo(7);
    }

    @Test
    void textOfOtherEncodingsIsRefused() {
        byte[] bytes = "{\"inputs\":[]}".getBytes(StandardCharsets.UTF_16BE);
        assertThatThrownBy(() -> InferRequest.parse(ByteBuffer.wrap(bytes), bytes.length, Arena.ofAuto()))
                .hasMessageContaining("not in UTF-8");
    }

    @Test
    void everyTypeReadsItsLeastAndItsMost() {
        assertThat(values("INT64", "-9223372036854775808,9223372036854775807").asLongBuffer())
                .isEqualTo(java.nio.LongBuffer.wrap(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
        assertThat(values("INT32", "-2147483648,2147483647").asIntBuffer())
                .isEqualTo(java.nio.IntBuffer.wrap(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}));
        assertThat(values("INT16", "-32768,32767").asShortBuffer())
                .isEqualTo(java.nio.ShortBuffer.wrap(new short[] {Short.MIN_VALUE, Short.MAX_VALUE}));
        assertThat(values("INT8", "-128,127")).isEqualTo(ByteBuffer.wrap(new byte[] {-128, 127}));
        assertThat(values("UINT8", "0,255")).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1}));
        assertThat(values("BOOL", "true,0")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 0}));
        assertThat(values("FP64", "1e300,-1.7976931348623157e308").getDouble(8)).isEqualTo(-Double.MAX_VALUE);
        assertThat(values("FP32", "0.1,3.4028235e38").getFloat(0)).isEqualTo(0.1f);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "FP32, 1e999, 1e999 is not a finite number",
                "FP32, 1e39, 1e39 is not a finite number",
                "FP64, -1e999, -1e999 is not a finite number",
                "FP32, NaN, NaN is not a finite number",
                "FP64, -Infinity, -Infinity is not a finite number",
                "FP32, null, 'null' is not a number",
                "FP64, null, 'null' is not a number"
            })
    void whatIsNoFiniteNumberIsRefusedWithItsInput(String type, String value, String why) {
        assertThatThrownBy(() -> values(type, "1," + value))
                .hasMessageContaining("input 'x' (%s): ".formatted(type))
                .hasMessageContaining(why);
    }

    private static ByteBuffer values(String type, String two) {
        return parse("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[2],\"data\":[%s]}]}"
                        .formatted(type, two))
                .inputs()
                .getFirst()
                .data();
    }

    @Property(tries = 200)
    void theOrderOfMembersDoesNotMatter(
            @ForAll @Size(max = 40) List<@IntRange(min = -1_000_000, max = 1_000_000) Integer> values,
            @ForAll @IntRange(max = 23) int order,
            @ForAll boolean spaced) {
        String data = values.stream().map(String::valueOf).collect(Collectors.joining(spaced ? " ,\n" : ","));
        List<String> members = List.of(
                "\"name\":\"größe\"",
                "\"datatype\":\"INT32\"",
                "\"shape\":[%d]".formatted(values.size()),
                "\"data\":[%s]".formatted(data));
        InferRequest request = parse("{\"inputs\":[{%s}]}".formatted(String.join(",", permuted(members, order))));
        Tensor tensor = request.inputs().getFirst();
        assertThat(tensor.name()).isEqualTo("größe");
        int[] read = new int[values.size()];
        tensor.data().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(read);
        assertThat(Arrays.stream(read).boxed()).isEqualTo(values);
    }

    /** The permutation with a number, in the factorial number system. */
    private static List<String> permuted(List<String> members, int number) {
        var left = new java.util.ArrayList<>(members);
        var permuted = new java.util.ArrayList<String>();
        int rest = number;
        for (int size :
                IntStream.rangeClosed(1, members.size()).boxed().toList().reversed()) {
            permuted.add(left.remove(rest % size));
            rest /= size;
        }
        return permuted;
    }
}
