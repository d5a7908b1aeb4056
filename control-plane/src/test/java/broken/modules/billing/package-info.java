@ApplicationModule(allowedDependencies = "stock")
@NullMarked
package broken.modules.billing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
