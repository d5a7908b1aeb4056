package broken.rules;

import org.springframework.transaction.annotation.Transactional;

/** Reads that do not see one snapshot. */
public class ReadsOfManyMoments {

    @Transactional(readOnly = true)
    public void get() {}
}
