/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TST_ERROR:
 *
 * The one error domain of Testigo. Every code has a stable name (tst_error_code()) that people script
 * against; the text is for people and says what happened, what is safe and what to do. A text never
 * holds personal data.
 */
#define TST_ERROR (tst_error_quark ())

/* Append only: the names, not the numbers, are the promise. */
typedef enum
{
  TST_ERROR_FAILED,            /* failed: nothing better fits */
  TST_ERROR_USAGE,             /* usage */
  TST_ERROR_IO,                /* io: a read or a write failed; what was saved before is safe */
  TST_ERROR_NO_SPACE,          /* no-space */
  TST_ERROR_READ_ONLY,         /* read-only */
  TST_ERROR_STORE_MISSING,     /* store-missing: no data folder there (a card not mounted, or init not run) */
  TST_ERROR_STORE_IN_USE,      /* store-in-use: another process holds the lock */
  TST_ERROR_STORE_DAMAGED,     /* store-damaged: set aside, never deleted */
  TST_ERROR_STORE_NEWER,       /* store-newer: written by a newer Testigo */
  TST_ERROR_NOT_FOUND,         /* not-found */
  TST_ERROR_BAD_JSON,          /* bad-json */
  TST_ERROR_UNKNOWN_FIELD,     /* unknown-field */
  TST_ERROR_MISSING_FIELD,     /* missing-field */
  TST_ERROR_BAD_VALUE,         /* bad-value */
  TST_ERROR_FILE_UNREADABLE,   /* file-unreadable */
  TST_ERROR_NOT_AN_IMAGE,      /* not-an-image: not JPEG, PNG, TIFF, WebP or HEIC */
  TST_ERROR_DAMAGED_IMAGE,     /* damaged-image: named a picture, cannot be read as one */
  TST_ERROR_TOO_LARGE,         /* too-large */
  TST_ERROR_DUPLICATE,         /* duplicate: the same bytes are in this event already */
  TST_ERROR_TOWN_KEYS_MISSING, /* town-keys-missing: not enrolled, so nothing personal can be sealed */
  TST_ERROR_EVENT_CLOSED,      /* event-closed */
  TST_ERROR_WRONG_STATE,       /* wrong-state: already withdrawn, already decided, … */
  TST_ERROR_CONSENT_MISSING,   /* consent-missing */
  TST_ERROR_BAD_SIGNATURE,     /* bad-signature */
  TST_ERROR_BAD_ENVELOPE,      /* bad-envelope */
  TST_ERROR_BAD_BODY,          /* bad-body */
  TST_ERROR_HASH_MISMATCH,     /* hash-mismatch */
  TST_ERROR_BAD_PROOF,         /* bad-proof */
  TST_ERROR_BAD_RECEIPT,       /* bad-receipt */
  TST_ERROR_MISSING_CONTENT,   /* missing-content: a body, sealed part or medium that a record names is gone */
  TST_ERROR_FORK,              /* fork: two texts under one (device, chain, seq) */
  TST_ERROR_GAP,               /* gap */
  TST_ERROR_NOT_ENROLLED,      /* not-enrolled */
  TST_ERROR_BAD_ENROLMENT,     /* bad-enrolment: the town's code cannot be read */
  TST_ERROR_UNREACHABLE,       /* unreachable: no network, or central does not answer */
  TST_ERROR_CAPTIVE_PORTAL,    /* captive-portal: something answered, and it is not central */
  TST_ERROR_REDIRECTED,        /* redirected: to another host; refused */
  TST_ERROR_UNTRUSTED,         /* untrusted: TLS key not the pinned one, or a signature of somebody else */
  TST_ERROR_REFUSED,           /* refused: central said no, and why */
  TST_ERROR_BUSY,              /* busy: try again later (423, 429, 503) */
  TST_ERROR_CANCELLED,         /* cancelled */
  TST_ERROR_LOCKED,            /* locked: the staff PIN is needed */
  TST_ERROR_TORN,              /* torn: a file that breaks off before its end */
  TST_ERROR_NEW_ORIGIN,        /* new-origin: the town's log ended and another began; a person has to accept it */
  TST_ERROR_NO_DECODER,        /* no-decoder: a picture of a kind that this machine cannot decode; its file is kept */
  TST_N_ERRORS
} TstError;

GQuark tst_error_quark (void);

/**
 * tst_error_code:
 * @error: any error
 *
 * Returns: (transfer none): the stable name of the error's code, such as "not-an-image"; errors of other
 * domains give "io" (G_IO_ERROR, G_FILE_ERROR) or "failed".
 */
const char *tst_error_code (const GError *error);

/* The code with that name, or @fallback. */
TstError tst_error_from_code (const char *name, TstError fallback);

/**
 * tst_error_set_errno:
 * @error: (out) (optional): where to put it
 * @err: an errno value
 * @format: what was being done, without names of people
 *
 * Maps ENOSPC/EDQUOT, EROFS, ENOENT and the rest to TST_ERROR codes and adds the system's text.
 */
void tst_error_set_errno (GError **error, int err, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
