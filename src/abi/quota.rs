//! `linux/quota.h`.

use super::layout;

pub(crate) const USRQUOTA: u32 = 0;
pub(crate) const GRPQUOTA: u32 = 1;
pub(crate) const PRJQUOTA: u32 = 2;

pub(crate) const SUBCMDSHIFT: u32 = 8;

pub(crate) const Q_SYNC: u32 = 0x80_0001;
pub(crate) const Q_QUOTAON: u32 = 0x80_0002;
pub(crate) const Q_QUOTAOFF: u32 = 0x80_0003;
pub(crate) const Q_GETFMT: u32 = 0x80_0004;
pub(crate) const Q_GETINFO: u32 = 0x80_0005;
pub(crate) const Q_SETINFO: u32 = 0x80_0006;
pub(crate) const Q_GETQUOTA: u32 = 0x80_0007;
pub(crate) const Q_SETQUOTA: u32 = 0x80_0008;
pub(crate) const Q_GETNEXTQUOTA: u32 = 0x80_0009;

pub(crate) const QFMT_VFS_OLD: u32 = 1;
pub(crate) const QFMT_VFS_V0: u32 = 2;
pub(crate) const QFMT_OCFS2: u32 = 3;
pub(crate) const QFMT_VFS_V1: u32 = 4;
pub(crate) const QFMT_SHMEM: u32 = 5;

pub(crate) const QIF_BLIMITS: u32 = 1 << 0;
pub(crate) const QIF_SPACE: u32 = 1 << 1;
pub(crate) const QIF_ILIMITS: u32 = 1 << 2;
pub(crate) const QIF_INODES: u32 = 1 << 3;
pub(crate) const QIF_BTIME: u32 = 1 << 4;
pub(crate) const QIF_ITIME: u32 = 1 << 5;

/// Up to `dqb_valid` it is `if_dqblk`, which on some architectures is as long, with padding at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct if_nextdqblk {
    pub(crate) dqb_bhardlimit: u64,
    pub(crate) dqb_bsoftlimit: u64,
    pub(crate) dqb_curspace: u64,
    pub(crate) dqb_ihardlimit: u64,
    pub(crate) dqb_isoftlimit: u64,
    pub(crate) dqb_curinodes: u64,
    pub(crate) dqb_btime: u64,
    pub(crate) dqb_itime: u64,
    pub(crate) dqb_valid: u32,
    pub(crate) dqb_id: u32,
}

layout!(if_nextdqblk: 72 {
    dqb_bhardlimit: 0, dqb_bsoftlimit: 8, dqb_curspace: 16, dqb_ihardlimit: 24, dqb_isoftlimit: 32, dqb_curinodes: 40,
    dqb_btime: 48, dqb_itime: 56, dqb_valid: 64, dqb_id: 68,
});

pub(crate) const IIF_BGRACE: u32 = 1;
pub(crate) const IIF_IGRACE: u32 = 2;
pub(crate) const IIF_FLAGS: u32 = 4;

pub(crate) const DQF_ROOT_SQUASH: u32 = 0x1;
pub(crate) const DQF_SYS_FILE: u32 = 0x1_0000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct if_dqinfo {
    pub(crate) dqi_bgrace: u64,
    pub(crate) dqi_igrace: u64,
    pub(crate) dqi_flags: u32,
    pub(crate) dqi_valid: u32,
}

layout!(if_dqinfo: 24 { dqi_bgrace: 0, dqi_igrace: 8, dqi_flags: 16, dqi_valid: 20 });
