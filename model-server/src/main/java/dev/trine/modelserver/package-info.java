/** Serves one ONNX model over the Open Inference Protocol v2 (REST). */
@NullMarked
package dev.trine.modelserver;

import org.jspecify.annotations.NullMarked;
