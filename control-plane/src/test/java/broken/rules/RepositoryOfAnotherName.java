package broken.rules;

import org.springframework.stereotype.Repository;

@Repository
public final class RepositoryOfAnotherName {}
