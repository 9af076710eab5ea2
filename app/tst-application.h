/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstApplication:
 *
 * The program testigo: settings, command line, the field book and the transport, and what joins them with the pages.
 */
#define TST_TYPE_APPLICATION (tst_application_get_type ())
G_DECLARE_FINAL_TYPE (TstApplication, tst_application, TST, APPLICATION, AdwApplication)

TstApplication *tst_application_new (void);

/* A file that comes with the program, by its path in app/: (transfer full) (nullable). */
char *tst_application_data_file (const char *name);

G_END_DECLS
