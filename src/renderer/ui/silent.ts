/** The fault of a tenant whose container runs while its cache was asked several times in vain. */
export const silentSentence = 'Its container runs, but memcached does not answer.'
