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
    HASTY_REVOCATION("S7_revokedLockPassesOnWhenItsHolderConfirms"),
    /** Versions are counted for each record anew. */
    VERSION_RESET("K1_versionsOnlyGrow_alsoOverDeletion"),
    VERSION_IGNORED("K2_writeTakesEffectOnlyAtTheExpectedVersion"),
    CREATE_OVERWRITES("K2_createTakesEffectOnlyIfThereIsNoRecord"),
    DELETION_UNCONDITIONAL("K2_deletionTakesEffectOnlyAtTheExpectedVersion"),
    GUARD_IGNORED("K3_guardedWriteIsRefusedOnceTheGrantHasEnded"),
    /** A grant that was taken back is good enough to write under until its holder confirms. */
    GUARD_LINGERS("K3_guardedWriteIsRefusedAsSoonAsTheGrantIsTakenBack"),
    /** As if each write had been sent again and done again. */
    WRITES_TWICE("K4_everyCallIsOneWrite"),
    /** A record ends after three quarters of its time. */
    RECORD_ENDS_EARLY("K5_recordEndsAtItsTimeAndNotBefore"),
    RECORD_IMMORTAL("K5_recordEndsAtItsTimeAndNotBefore"),
    /** A write without a time to live keeps the one of the record before. */
    TIME_TO_LIVE_KEPT("K5_everyWriteDecidesAnewWhenTheRecordEnds"),
    /** A read sees the record before the newest. */
    STALE_READ("K6_everyoneSeesWhatWasConfirmed"),
    PAGE_SKIPS("K7_pagesMeetEveryRecordOnce"),
    /** Keys are listed in the order of UTF-16 code units, which is not that of characters. */
    UTF16_ORDER("K7_listsWhatBeginsSoInTheOrderOfCodePoints");

    private final String caughtBy;

    Defect(String caughtBy) {
        this.caughtBy = caughtBy;
    }

    String caughtBy() {
        return caughtBy;
    }
}
