/** Ids, errors, paging, time, server-sent events and web filters: what every module stands on. */
@ApplicationModule(
        type = ApplicationModule.Type.OPEN,
        allowedDependencies = {})
@NullMarked
package dev.trine.shared;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
