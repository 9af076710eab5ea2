/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"

#include <errno.h>
#include <gio/gio.h>

G_DEFINE_QUARK (tst-error-quark, tst_error)

static const char *const code_names[TST_N_ERRORS] = {
  [TST_ERROR_FAILED] = "failed",
  [TST_ERROR_USAGE] = "usage",
  [TST_ERROR_IO] = "io",
  [TST_ERROR_NO_SPACE] = "no-space",
  [TST_ERROR_READ_ONLY] = "read-only",
  [TST_ERROR_STORE_MISSING] = "store-missing",
  [TST_ERROR_STORE_IN_USE] = "store-in-use",
  [TST_ERROR_STORE_DAMAGED] = "store-damaged",
  [TST_ERROR_STORE_NEWER] = "store-newer",
  [TST_ERROR_NOT_FOUND] = "not-found",
  [TST_ERROR_BAD_JSON] = "bad-json",
  [TST_ERROR_UNKNOWN_FIELD] = "unknown-field",
  [TST_ERROR_MISSING_FIELD] = "missing-field",
  [TST_ERROR_BAD_VALUE] = "bad-value",
  [TST_ERROR_FILE_UNREADABLE] = "file-unreadable",
  [TST_ERROR_NOT_AN_IMAGE] = "not-an-image",
  [TST_ERROR_DAMAGED_IMAGE] = "damaged-image",
  [TST_ERROR_TOO_LARGE] = "too-large",
  [TST_ERROR_DUPLICATE] = "duplicate",
  [TST_ERROR_TOWN_KEYS_MISSING] = "town-keys-missing",
  [TST_ERROR_EVENT_CLOSED] = "event-closed",
  [TST_ERROR_WRONG_STATE] = "wrong-state",
  [TST_ERROR_CONSENT_MISSING] = "consent-missing",
  [TST_ERROR_BAD_SIGNATURE] = "bad-signature",
  [TST_ERROR_BAD_ENVELOPE] = "bad-envelope",
  [TST_ERROR_BAD_BODY] = "bad-body",
  [TST_ERROR_HASH_MISMATCH] = "hash-mismatch",
  [TST_ERROR_BAD_PROOF] = "bad-proof",
  [TST_ERROR_BAD_RECEIPT] = "bad-receipt",
  [TST_ERROR_MISSING_CONTENT] = "missing-content",
  [TST_ERROR_FORK] = "fork",
  [TST_ERROR_GAP] = "gap",
  [TST_ERROR_NOT_ENROLLED] = "not-enrolled",
  [TST_ERROR_BAD_ENROLMENT] = "bad-enrolment",
  [TST_ERROR_UNREACHABLE] = "unreachable",
  [TST_ERROR_CAPTIVE_PORTAL] = "captive-portal",
  [TST_ERROR_REDIRECTED] = "redirected",
  [TST_ERROR_UNTRUSTED] = "untrusted",
  [TST_ERROR_REFUSED] = "refused",
  [TST_ERROR_BUSY] = "busy",
  [TST_ERROR_CANCELLED] = "cancelled",
  [TST_ERROR_LOCKED] = "locked",
  [TST_ERROR_TORN] = "torn",
  [TST_ERROR_NEW_ORIGIN] = "new-origin",
  [TST_ERROR_NO_DECODER] = "no-decoder",
};

TstError
tst_error_from_code (const char *name, TstError fallback)
{
  for (guint i = 0; i < TST_N_ERRORS; i++)
    if (g_strcmp0 (code_names[i], name) == 0)
      return i;
  return fallback;
}

const char *
tst_error_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, "failed");

  if (error->domain == TST_ERROR)
    {
      g_assert (error->code >= 0 && error->code < TST_N_ERRORS);
      return code_names[error->code];
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return code_names[TST_ERROR_CANCELLED];
  if (error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR)
    return code_names[TST_ERROR_IO];
  return code_names[TST_ERROR_FAILED];
}

void
tst_error_set_errno (GError **error, int err, const char *format, ...)
{
  g_autofree char *what = NULL;
  TstError code = TST_ERROR_IO;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  if (err == ENOSPC || err == EDQUOT)
    code = TST_ERROR_NO_SPACE;
  else if (err == EROFS)
    code = TST_ERROR_READ_ONLY;
  else if (err == ENOENT)
    code = TST_ERROR_NOT_FOUND;

  g_set_error (error, TST_ERROR, code, "%s: %s", what, g_strerror (err));
}
