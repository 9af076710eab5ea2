/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl/tst-ctl.h"

G_BEGIN_DECLS

/* A line for a photo that was saved, and for one that was refused (which it counts), as interface.md has them. */
void tst_ctl_print_photo (TstCli *cli, const char *file, const TstPhotoResult *photo);
void tst_ctl_refuse_file (TstCli *cli, const char *file, const GError *error);

G_END_DECLS
