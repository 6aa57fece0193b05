package io.claviger.testkit;

/** A way to get a lock wrong, and a test of the contract that must notice. */
enum Defect {
    NONE(""),
    /** Whoever releases frees the name, also after his own grant has ended. */
    NO_OWNER_CHECK("S4_staleLeaseReleasesNothing"),
    /** Tokens are counted for each name anew once nobody holds it. */
    TOKEN_RESET("S3_tokenGrowsOverRelease"),
    LIFO_QUEUE("L2_waitersAreServedInOrder"),
    /** A withdrawn waiter keeps its place and is granted. */
    GHOST_WAITER("S9_cancelledWaiterIsNeverGranted"),
    /** No lease ever runs out. */
    IMMORTAL_LEASE("L3_expiredLeaseFreesTheLock"),
    /** A lease ends after three quarters of its time. */
    EARLY_EXPIRY("S6_noLeaseEndsEarly"),
    CAPACITY_OFF_BY_ONE("S1_atMostCapacityPermitsAreHeld"),
    /** A release does not look at the queue. */
    LOST_WAKE_UP("L1_releaseGrantsTheNextWaiter"),
    /** A release grants all waiters at once. */
    THUNDERING_HERD("L4_oneReleaseGrantsOneWaiter"),
    /** Validity counts from a late receipt instead of from the sending. */
    LATE_VALIDITY("S7_validityEndsBeforeTheNextGrant"),
    /** Listeners of losses are kept and never told. */
    LOSS_UNTOLD("S7_onLostComesBeforeTheNextGrant"),
    /** A closed client keeps what it holds. */
    CLOSE_KEEPS("L3_closedClientFreesItsLocks"),
    /** A closing client lets others in before its own leases say that they are over. */
    CLOSE_GRANTS_FIRST("S7_closingAClientEndsValidityBeforeTheNextGrant"),
    /** A request that fits is granted although others wait. */
    BARGING("L2_tryDoesNotOvertakeWaiters"),
    READERS_OVERTAKE("S11_readersDoNotOvertakeAWaitingWriter"),
    /** A writer takes one permit, like a reader. */
    WRITER_SHARES("S11_writerExcludesEveryone"),
    MISMATCH_ACCEPTED("S10_capacityMismatchIsRejected"),
    /** A renewal is confirmed and does nothing. */
    RENEWAL_IGNORED("S6_renewalRestartsTheLease"),
    /** A waiter whose limit has passed is answered but stays in the queue. */
    LIMIT_LEAVES_WAITER("L5_waiterPastItsLimitMakesWayForThoseBehindIt"),
    /** Who gives up does not make way for those behind him. */
    WITHDRAWAL_BLOCKS("S11_writerThatGivesUpLetsReadersBehindItIn"),
    /** Who holds a name is told once the name is free. */
    HOLDERS_LINGER("S2_holdersAreSeenByEveryone"),
    /** A revoked grant is passed on before its holder confirms. */
    HASTY_REVOCATION("S7_revokedLockPassesOnWhenItsHolderConfirms");

    private final String caughtBy;

    Defect(String caughtBy) {
        this.caughtBy = caughtBy;
    }

    String caughtBy() {
        return caughtBy;
    }
}
