/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-speaker.h"

G_BEGIN_DECLS

/**
 * TstSpeech:
 *
 * A TstSpeaker over speech-dispatcher: its protocol SSIP (Speech Synthesis Independent Protocol, as speech-dispatcher's manual has it) on the Unix socket where the daemon
 * of the session listens. Where nobody listens the daemon is started once; where it is not installed nothing is said and nothing fails.
 */
#define TST_TYPE_SPEECH (tst_speech_get_type ())
G_DECLARE_FINAL_TYPE (TstSpeech, tst_speech, TST, SPEECH, GObject)

/* @address: (nullable) path of the socket; NULL: that of SPEECHD_ADDRESS ("unix_socket:PATH") or of the session. */
TstSpeech *tst_speech_new (const char *address);
/* Whether there is a voice at all: a socket, or the daemon to be started. */
gboolean tst_speech_is_there (TstSpeech *self);

G_END_DECLS
