/** The workloads that come with the platform: training by Tribuo, evaluation by ONNX Runtime. */
@NullMarked
package dev.trine.runner;

import org.jspecify.annotations.NullMarked;
